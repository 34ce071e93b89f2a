"""What stands at the front of the admin: how the service has done, as plots and as tables.

`figures` asks the database, `board` puts together what a person may see, `charts` draws it.
"""
