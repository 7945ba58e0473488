# Writes one line of JSON per group to STREAM: definition by permutations, classes, characters, structure.
# Run by groups_from_gap.py, which sets STREAM and appends the calls. Needs GAP's small groups.

JoinWith := function(parts, sep)
  local text, i;
  text := "";
  for i in [1..Length(parts)] do
    if i > 1 then Append(text, sep); fi;
    Append(text, parts[i]);
  od;
  return text;
end;

ListText := function(values)
  return Concatenation("[", JoinWith(List(values, String), ","), "]");
end;

# A cyclotomic number as [conductor, exponent, coefficient, exponent, coefficient, ...].
ValueText := function(value)
  local n, coefficients, parts, j;
  n := Conductor(value);
  coefficients := CoeffsCyc(value, n);
  parts := [n];
  for j in [1..n] do
    if coefficients[j] <> 0 then Add(parts, j-1); Add(parts, coefficients[j]); fi;
  od;
  return ListText(parts);
end;

Describe := function(n, i)
  local small, G, degree, image, table, classes, values, palette, primes, fields, images;
  small := SmallGroup(n, i);
  G := Image(IsomorphismPermGroup(small));
  G := Image(SmallerDegreePermutationRepresentation(G));
  G := Group(SmallGeneratingSet(G), ());
  degree := LargestMovedPoint(G);
  image := g -> ListText(ListPerm(g, degree));
  images := list -> Concatenation("[", JoinWith(List(list, image), ","), "]");
  table := CharacterTable(G);
  classes := List(ConjugacyClasses(table), Representative);
  values := List(Irr(table), ValuesOfClassFunction);
  palette := Set(Concatenation(values));
  primes := Set(FactorsInt(n));
  if n = 1 then primes := []; fi;
  fields := [
    Concatenation("\"id\":", ListText([n, i])),
    Concatenation("\"generators\":", images(GeneratorsOfGroup(G))),
    Concatenation("\"representatives\":", images(classes)),
    Concatenation("\"sizes\":", ListText(SizesConjugacyClasses(table))),
    Concatenation("\"orders\":", ListText(OrdersClassRepresentatives(table))),
    Concatenation("\"power_maps\":{", JoinWith(List(primes, p ->
      Concatenation("\"", String(p), "\":", ListText(PowerMap(table, p) - 1))), ","), "}"),
    Concatenation("\"palette\":[", JoinWith(List(palette, ValueText), ","), "]"),
    Concatenation("\"characters\":[", JoinWith(List(values, row ->
      ListText(List(row, v -> Position(palette, v) - 1))), ","), "]"),
    Concatenation("\"indicators\":", ListText(Indicator(table, 2))),
    Concatenation("\"center\":", String(Size(Center(G)))),
    Concatenation("\"derived\":", String(Size(DerivedSubgroup(G)))),
    Concatenation("\"abelian_invariants\":", ListText(AbelianInvariants(G))),
    Concatenation("\"nilpotent\":", String(IsNilpotentGroup(G))),
    Concatenation("\"solvable\":", String(IsSolvableGroup(G))),
    Concatenation("\"simple\":", String(IsSimpleGroup(G))),
    Concatenation("\"normal_subgroups\":", String(Length(NormalSubgroups(G))))
  ];
  # For other groups these need libraries that the GAP wheel lacks.
  if IsSolvableGroup(G) and n <= 63 then
    Add(fields, Concatenation("\"description\":\"", StructureDescription(small), "\""));
    Add(fields, Concatenation("\"subgroup_classes\":",
      String(Length(ConjugacyClassesSubgroups(G)))));
    Add(fields, Concatenation("\"automorphisms\":", String(Size(AutomorphismGroup(small)))));
  fi;
  WriteAll(STREAM, Concatenation("{", JoinWith(fields, ","), "}\n"));
end;
