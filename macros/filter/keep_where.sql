{%- set words = {"<": "below", "<=": "at most", ">": "above", ">=": "at least", "=": "equal to", "!=": "other than"} -%}
{%- set number = params.value is number and params.value is not boolean -%}
{%- set left = "try_cast(" ~ value ~ " AS DOUBLE)" if number else "CAST(" ~ value ~ " AS VARCHAR)" -%}
{%- set right -%}{{ params.value | literal if number else params.value | string | literal }}{%- endset -%}
{%- set listed = "list_contains(" ~ (params.value | map("string") | list | literal if params.operator in ["in", "not in"] else "[]") ~ ", CAST(" ~ value ~ " AS VARCHAR))" -%}
{%- set reason = params.column ~ " is not " ~ (words[params.operator] ~ " " ~ params.value if params.operator in words else params.operator ~ " " ~ (params.value | join(", ") if params.operator in ["in", "not in"] else params.value)) -%}
CASE
  {% if params.nulls == "drop" %}
  WHEN {{ value }} IS NULL THEN {{ (params.column ~ " is missing") | literal }}
  {% endif %}
  {% if params.operator in ["in", "not in"] %}
  WHEN {{ "" if params.operator == "not in" else "NOT " }}{{ listed }} THEN {{ reason | literal }}
  {% elif params.operator == "contains" %}
  WHEN NOT contains({{ left }}, {{ right }}) THEN {{ (params.column ~ " does not contain " ~ params.value) | literal }}
  {% elif number %}
  WHEN NOT coalesce({{ left }} {{ params.operator }} {{ right }} AND NOT isnan({{ left }}), {{ value }} IS NULL) THEN {{ reason | literal }}
  {% elif params.value is boolean %}
  WHEN NOT coalesce(try_cast({{ value }} AS BOOLEAN) {{ params.operator }} {{ params.value | literal }}, {{ value }} IS NULL) THEN {{ reason | literal }}
  {% else %}
  WHEN NOT ({{ left }} {{ params.operator }} {{ right }}) THEN {{ reason | literal }}
  {% endif %}
END
