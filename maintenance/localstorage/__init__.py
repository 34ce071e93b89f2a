"""What the game's browsers hold, made pictures of this service.

Three doors (the API route, ``manage.py import_localstorage``, the page ``/import``) do the same two steps:

    found = reading.find(reading.parse(data), now=now)
    report = taking.take(found, now=now)

`stores` knows the shapes of the stores, `fields` and `pictures` what stands in an entry, `storing` how one
entry becomes rows and files. Nothing but pictures and their labels is looked at: a dump holds secrets.
"""
