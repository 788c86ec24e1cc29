{% set roles = "list_transform(" ~ value ~ ", lambda turn: CAST(struct_extract(turn, " ~ params.role_field | literal ~ ") AS VARCHAR))" %}
{% set roles = "CASE WHEN " ~ roles ~ "[1] = " ~ params.system | literal ~ " THEN list_slice(" ~ roles ~ ", 2, len(" ~ roles ~ ")) ELSE " ~ roles ~ " END" %}
CASE
  WHEN {{ value }} IS NULL THEN NULL
  WHEN len({{ roles }}) = 0 THEN 'no turns'
  WHEN ({{ roles }})[1] IS DISTINCT FROM {{ params.user | literal }} THEN {{ ("first turn is not by " ~ params.user) | literal }}
  WHEN len(list_filter({{ roles }}, lambda role, place: role IS DISTINCT FROM CASE WHEN place % 2 = 1 THEN {{ params.user | literal }} ELSE {{ params.assistant | literal }} END)) > 0 THEN 'roles do not alternate'
  {% if params.ends_with_assistant %}
  WHEN len({{ roles }}) % 2 = 1 THEN {{ ("last turn is not by " ~ params.assistant) | literal }}
  {% endif %}
END
