"""Strokes that many places share."""
