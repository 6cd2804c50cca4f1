-- A crud as the API shows it, of a row with its author's names.
json_build_object(
    'uuid', uuid, 'display_name', display_name, 'handle', handle,
    'message', message, 'replies_count', replies_count,
    'reposts_count', reposts_count, 'likes_count', likes_count,
    'reply_to_activity_uuid', reply_to_activity_uuid,
    'expires_at', wire_time(expires_at), 'created_at', wire_time(created_at))
