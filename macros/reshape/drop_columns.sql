{#- Columns that go need no expression. -#}
