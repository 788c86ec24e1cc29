{#- With a pattern: its groups in the order of `into`. With a separator: the parts, the last with the rest. -#}
{% set number = params.into.index(output) %}
{% if params.pattern is not none %}
{% if params.pattern | groups < params.into | length %}{{ "the pattern needs a group for each new column" | refuse }}{% endif %}
CASE WHEN regexp_matches({{ value }}, {{ params.pattern | literal }})
  THEN regexp_extract({{ value }}, {{ params.pattern | literal }}, {{ number + 1 }}) END
{% elif number == params.into | length - 1 %}
CASE WHEN len(string_split({{ value }}, {{ params.separator | literal }})) > {{ number }}
  THEN array_to_string(list_slice(string_split({{ value }}, {{ params.separator | literal }}), {{ number + 1 }}, len(string_split({{ value }}, {{ params.separator | literal }}))), {{ params.separator | literal }}) END
{% else %}
string_split({{ value }}, {{ params.separator | literal }})[{{ number + 1 }}]
{% endif %}
