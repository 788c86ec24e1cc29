CASE WHEN {{ value }} IS NOT NULL THEN coalesce(array_to_string(CAST({{ value }} AS VARCHAR[]), {{ params.separator | literal }}), '') END
