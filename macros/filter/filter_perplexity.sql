CASE
  {% if params.minimum is not none %}
  WHEN {{ refs[params.score] }} < {{ params.minimum | literal }} THEN {{ ("perplexity below " ~ params.minimum) | literal }}
  {% endif %}
  {% if params.maximum is not none %}
  WHEN {{ refs[params.score] }} > {{ params.maximum | literal }} THEN {{ ("perplexity above " ~ params.maximum) | literal }}
  {% endif %}
  WHEN false THEN ''
END
