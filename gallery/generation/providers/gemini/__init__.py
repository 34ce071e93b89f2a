"""The only package that knows google.genai."""

from .provider import GeminiProvider

__all__ = ["GeminiProvider"]
