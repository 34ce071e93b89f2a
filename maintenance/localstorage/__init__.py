"""What the game's browsers hold, made pictures of this service.

Three doors (the API route, ``manage.py import_localstorage``, the page ``/import``) do the same two steps:

    found = reading.find(reading.parse(data), now=now)
    report = taking.take(found, now=now)

`stores` and `sister_pages` know the shapes of the stores, `records`, `fields` and `pictures` what stands in
an entry, `storing` how one entry becomes rows and files, `planning` what a dry run would have made of it. Nothing
but pictures and their labels is looked at: a dump holds secrets.
"""
