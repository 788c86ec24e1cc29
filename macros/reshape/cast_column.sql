{#- By way of text: DuckDB would round 4.5 to an integer, and reads 'true' as 1. -#}
{% set plain = "trim(CAST(" ~ value ~ " AS VARCHAR))" %}
{% set kinds = {"text": "VARCHAR", "integer": "BIGINT", "number": "DOUBLE", "boolean": "BOOLEAN"} %}
{% set patterns = {"integer": "[-+]?[0-9]+(?:\\.0*)?", "number": "[-+]?(?:[0-9]+\\.?[0-9]*|\\.[0-9]+)(?:[eE][-+]?[0-9]+)?", "boolean": "(?i)true|false|yes|no|1|0"} %}
{% set article = {"integer": "a whole number", "number": "a number", "boolean": "true or false"} %}
{% if params.to == "text" %}
{{ "NULL" if part == "fail" else "CAST(" ~ value ~ " AS VARCHAR)" }}
{% else %}
{% set cast %}
CASE WHEN regexp_full_match({{ plain }}, {{ patterns[params.to] | literal }})
  THEN try_cast({{ "regexp_replace(" ~ plain ~ ", '\\.0*$', '')" if params.to == "integer" else plain }} AS {{ kinds[params.to] }}) END
{%- endset %}
{% if part == "fail" %}
CASE WHEN {{ plain }} <> '' AND ({{ cast }}) IS NULL THEN {{ ("not " ~ article[params.to]) | literal }} END
{% else %}
{{ cast }}
{% endif %}
{% endif %}
