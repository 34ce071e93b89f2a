"""Whether rows and files still belong together, and mending what can be mended.

Nothing is deleted: what is damaged, or belongs to nothing, is moved to `quarantine/` in its own
storage, under a folder that tells when and why.
"""
