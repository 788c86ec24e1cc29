{#- The value at a path goes into a column of its own; where the object is null, so is the column. -#}
{{ value }}
