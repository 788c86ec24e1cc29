{% import "lib/text.sql" as text %}
{% set unlinked %}
{% if params.keep_link_text %}
regexp_replace({{ value }}, {{ ("!?\\[([^\\[\\]\\n]*)\\]\\(" ~ text.url ~ "[^()\\s]*(?:\\s\"[^\"\\n]*\")?\\)") | literal }}, '\1', 'g')
{% else %}
{{ value }}
{% endif %}
{% endset %}
regexp_replace({{ unlinked }}, {{ text.url | literal }}, {{ params.replacement | replace("\\", "\\\\") | literal }}, 'g')
