{% set parts = params.where | refusals(refs, kinds) %}
CASE
  {% for part in parts %}
  WHEN NOT {{ part.holds }} THEN {{ part.failing | literal }}
  {% endfor %}
  {% if params.nulls == "drop" %}
  {% for part in parts %}
  WHEN {{ part.holds }} IS NULL THEN {{ part.missing | literal }}
  {% endfor %}
  {% endif %}
END
