{#- The other side's words: what a row that goes is like. -#}
{%- set is_list = params.operator in ["in", "not in"] -%}
{%- set items = params.value if is_list else [params.value] -%}
{%- set shown = items | join(", ") | lower if params.value is boolean else items | join(", ") -%}
{%- set words = {"<": "not below ", "<=": "above ", ">": "not above ", ">=": "below ", "=": "not ", "!=": "", "in": "not in ", "not in": "in ", "contains": "without "} -%}
{%- set reason = params.column ~ " is " ~ words[params.operator] ~ shown -%}
{%- set are_numbers = items | reject("number") | list | length == 0 and items | select("boolean") | list | length == 0 -%}
{%- set kind = "DOUBLE" if are_numbers else ("BOOLEAN" if params.value is boolean else "VARCHAR") -%}
{%- set left = "try_cast(" ~ value ~ " AS " ~ kind ~ ")" -%}
{%- set listed -%}
[{% for item in items %}{{ item | literal if are_numbers else item | string | literal }}{{ "" if loop.last else ", " }}{% endfor %}]::{{ kind }}[]
{%- endset -%}
CASE
  WHEN {{ value }} IS NULL THEN {{ (params.column ~ " is missing") | literal if params.nulls == "drop" else "NULL" }}
  {% if are_numbers %}
  WHEN {{ left }} IS NULL OR isnan({{ left }}) THEN {{ (params.column ~ " is no number") | literal }}
  {% endif %}
  {% if is_list %}
  WHEN {{ "" if params.operator == "not in" else "NOT " }}list_contains({{ listed }}, {{ left }}) THEN {{ reason | literal }}
  {% elif params.operator == "contains" %}
  WHEN NOT contains(CAST({{ value }} AS VARCHAR), {{ params.value | string | literal }}) THEN {{ reason | literal }}
  {% else %}
  WHEN ({{ left }} {{ params.operator }} {{ params.value | literal }}) IS NOT TRUE THEN {{ reason | literal }}
  {% endif %}
END
