"""The text that is searched; SQL over an image ``i``."""

TEXT = """i.subject_name || ' ' || i.prompt || ' ' || coalesce(i.custom_prompt, '') || ' ' || i.campaign
    || ' ' || coalesce((SELECT {join}(t.name, ' ') FROM gallery_imageasset_tags x
    JOIN gallery_tag t ON t.id = x.tag_id WHERE x.imageasset_id = i.id), '')"""
TEXT_COLUMNS = "subject_name, prompt, custom_prompt, campaign"
WITH_NEW_TAG = "SELECT imageasset_id FROM gallery_imageasset_tags WHERE tag_id = new.id"

#: A change of one of these changes what a search or a sum over pictures gives; `gallery.memory`
#: forgets then. Not among them: what counting uses writes, several times a second.
SEEN_COLUMNS = (
    "subject_name, subject_type, prompt, custom_prompt, campaign, color_mask, source, model,"
    " is_featured, rating, created_at, deleted_at, token, file_size_bytes"
)
