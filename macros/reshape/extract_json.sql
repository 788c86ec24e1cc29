{% if part == "fail" %}
CASE WHEN NOT json_valid({{ value }}) AND {{ value }} <> '' THEN 'not JSON' END
{% else %}
CASE WHEN json_valid({{ value }}) THEN json_extract_string({{ value }}, {{ params.fields[output] | literal }}) END
{% endif %}
