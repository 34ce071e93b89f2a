"""Putting a backup in the place of the live data.

All of it happens beside the live data until one commit of the database, the switch. Names of files
mean the same bytes for ever, so the backup's files can be put beside those of the present state
before it, and those that only the old state named are taken away after it. A process that is killed
before the switch leaves the old state with some files too many, one that is killed after it leaves
the new one with some files too many; `journal` knows them, and the next run takes them away.

Folders are not renamed, for two reasons: the pictures' folder is often a mount point or a bucket, and
two renames and a commit cannot be one step.
"""
