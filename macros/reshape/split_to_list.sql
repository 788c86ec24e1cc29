{% import "lib/text.sql" as text %}
{% if params.separator is not none and params.pattern is not none %}{{ "give a separator or a pattern" | refuse }}{% endif %}
{% if params.pattern is not none %}
{% set parts = "regexp_split_to_array(" ~ value ~ ", " ~ params.pattern | literal ~ ")" %}
{% else %}
{% set parts = "string_split(" ~ value ~ ", " ~ (params.separator if params.separator is not none else "\n\n") | literal ~ ")" %}
{% endif %}
{% if params.trim %}
{% set parts = "list_transform(" ~ parts ~ ", lambda part: " ~ text.trimmed("part") ~ ")" %}
{% endif %}
{{ "list_filter(" ~ parts ~ ", lambda part: part <> '')" if params.drop_empty else parts }}
