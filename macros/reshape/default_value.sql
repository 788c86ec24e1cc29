{% import "lib/text.sql" as text %}
{% set fits = {
  "integer": params.default is integer and params.default is not boolean,
  "number": params.default is number and params.default is not boolean,
  "boolean": params.default is boolean,
  "text": params.default is string,
} %}
{% if not fits.get(kind) %}{{ ("the default " ~ params.default ~ " is no " ~ kind) | refuse }}{% endif %}
{% if params.blank_too and kind == "text" %}
CASE WHEN {{ value }} IS NULL OR {{ text.is_blank(value) }} THEN {{ params.default | literal }} ELSE {{ value }} END
{% else %}
coalesce({{ value }}, {{ params.default | literal }})
{% endif %}
