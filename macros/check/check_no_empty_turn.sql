{% import "lib/text.sql" as text %}
{% set content = "struct_extract(turn, " ~ params.content_field | literal ~ ")" %}
CASE WHEN len(list_filter({{ value }}, lambda turn: coalesce({{ text.is_blank("CAST(" ~ content ~ " AS VARCHAR)") }}, {{ (params.nulls == "drop") | literal }}))) > 0 THEN 'a turn without text' END
