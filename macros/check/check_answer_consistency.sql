{% import "lib/text.sql" as text %}
{% set column = refs[params.column] %}
{#- The reasoning ends at the last marker; without one it is the whole text. -#}
{% set marker = params.marker if params.marker is not none else ("####" if params.answer_column is none else none) %}
{% set parts = "string_split(" ~ column ~ ", " ~ marker | literal ~ ")" %}
{% set reasoning = "array_to_string(list_slice(" ~ parts ~ ", 1, greatest(1, len(" ~ parts ~ ") - 1)), ' ')" if marker is not none else column %}
{% set final = "CAST(" ~ refs[params.answer_column] ~ " AS VARCHAR)" if params.answer_column is not none
   else "CASE WHEN len(" ~ parts ~ ") > 1 THEN " ~ parts ~ "[-1] END" %}
{% set worked_out = text.last_number(reasoning) %}
{% set stated = text.last_number(final) %}
CASE
  WHEN {{ column }} IS NULL THEN NULL
  WHEN abs({{ worked_out }} - {{ stated }}) > {{ params.tolerance | literal }} * greatest(1, abs({{ stated }})) THEN 'last number contradicts the final answer'
  {% if params.missing == "drop" %}
  WHEN {{ worked_out }} IS NULL OR {{ stated }} IS NULL THEN 'no two numbers to compare'
  {% endif %}
END
