"""The staff page for curating at keyboard speed.

`queue` walks the pictures one after the other, `cards` is what the page knows of each, `acts` does and
takes back, `pages` is the page and its plain forms, `answers` the JSON that its script asks for.
"""
