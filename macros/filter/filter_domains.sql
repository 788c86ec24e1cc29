{#- The host without user and port, in small letters: DNS knows none of more than 253 characters, and
    the list below grows with the square of its length. -#}
{% set host = "right(regexp_extract(lower(" ~ value ~ "), '^\\s*(?:(?:[a-z][a-z0-9+.-]*:)?//)?(?:[^/@]*@)?([^/:?#\\s]+)', 1), 253)" %}
{#- It lies in itself and in all above it: a.b.example, b.example, example. -#}
{% set above = "list_transform([string_split(" ~ host ~ ", '.')], lambda parts: list_transform(range(1, len(parts) + 1), lambda place: array_to_string(parts[place:], '.')))[1]" %}
CASE
  WHEN {{ value }} IS NULL THEN NULL
  {% if params.domains %}
  WHEN {{ "NOT" if params.keep == "listed" else "" }} list_has_any({{ above }}, {{ params.domains | map("lower") | list | literal }})
    THEN {{ ("on a listed domain" if params.keep == "others" else "on no listed domain") | literal }}
  {% endif %}
  {% for word in params.substrings %}
  WHEN contains(lower({{ value }}), {{ word | lower | literal }}) THEN 'a listed word in the address'
  {% endfor %}
END
