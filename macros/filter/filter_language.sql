CASE
  WHEN {{ refs[params.language_column] }} IS NULL THEN NULL
  WHEN NOT list_contains({{ params.languages | list | literal }}, {{ refs[params.language_column] }}) THEN {{ ("language is not " ~ params.languages | join(" or ")) | literal }}
  {% if params.minimum_confidence > 0 %}
  WHEN {{ refs[params.confidence_column] }} < {{ params.minimum_confidence | literal }} THEN {{ ("language is less sure than " ~ params.minimum_confidence) | literal }}
  {% endif %}
END
