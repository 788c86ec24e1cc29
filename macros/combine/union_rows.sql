{% for one in inputs %}
SELECT *, {{ loop.index0 }} AS "__ordinal" FROM {{ one }}
{{ "" if loop.last else "UNION ALL BY NAME" }}
{% endfor %}
