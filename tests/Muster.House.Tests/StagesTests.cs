using Muster.Readiness;

namespace Muster.House.Tests;

public class StagesTests
{
    const string Room = "src/Muster.Readiness/";

    static readonly ILookup<string, string> FilesOf = Repository.Sources(Room)
        .SelectMany(file => Stages.Declared(file).Select(name => (name, file.Path))).ToLookup(found => found.name, found => found.Path[Room.Length..]);

    static readonly Type[] Types = [.. typeof(Digest).Assembly.GetTypes().Where(type => type.DeclaringType is null && TypeUses.WrittenByHand(type))];

    [Fact]
    public void Each_stage_of_the_judge_uses_only_the_stages_before_it()
    {
        var placed = from type in Types
                     from file in FilesOf[Name(type)]
                     select new Stages.Placed(Name(type), file, [.. TypeUses.Of(type).Select(Name)]);

        Wall.Holds(Stages.Broken([.. placed]));
    }

    [Fact]
    public void Every_type_of_the_judge_is_found_in_a_file()
    {
        var inFiles = FilesOf.Select(found => found.Key);

        Wall.Holds(Types.Select(Name).Except(inFiles).Select(name => $"{name}: its declaration was not found, so its stage is not known; does the pattern in Stages.cs miss it?"));
    }

    [Fact]
    public void A_use_against_the_order_is_seen()
    {
        Stages.Placed[] types =
        [
            new("Judge", "Verdicts/Judge.cs", ["Page", "Decision", "Value"]),
            new("Decision", "Verdicts/Decision.cs", []),
            new("Page", "Reports/Page.cs", ["Judge"]),
            new("Value", "Values/Value.cs", []),
            new("Assessment", "Assessment.cs", ["Page", "Judge"]),
            new("Matched", "Evidence/Matched.cs", ["Entry"]),
            new("Entry", "Ledgers/Fact.cs", ["Judge"]),
        ];

        Assert.Equal(
            [
                "Verdicts/Judge.cs: Judge uses Page of Reports/Page.cs, which comes after it",
                "Ledgers/Fact.cs: Entry uses Judge of Verdicts/Judge.cs, which comes after it",
            ],
            Stages.Broken(types));
    }

    [Fact]
    public void A_folder_without_a_stage_is_refused()
    {
        Assert.Throws<InvalidOperationException>(() => Stages.Broken([new("A", "Odds/A.cs", ["A"])]).ToList());
    }

    [Fact]
    public void Uses_are_found_in_signatures_in_code_and_in_lambdas()
    {
        Assert.Equal(["OfArgument", "OfCall", "OfField", "OfLambda"], TypeUses.Of(typeof(Uses)).Select(type => type.Name).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("public sealed record A(int B);\npublic enum C { D }\n", "A C")]
    [InlineData("public readonly record struct A\n{\n    record B;\n}\n", "A")]
    [InlineData("static partial class A<T> : B;\npublic delegate Task<ImmutableArray<Run>> Look(int a);", "A Look")]
    [InlineData("delegate (string Says, string Fix)? Check(string reference);", "Check")]
    public void Outermost_declarations_are_read_from_the_text(string text, string names)
    {
        Assert.Equal(names.Split(' '), Stages.Declared(new("x.cs", text)));
    }

    static string Name(Type type) => type.Name.Split('`')[0];
}

sealed class OfField;

static class OfCall
{
    public static int One => 1;
}

static class OfLambda
{
    public static int Two => 2;
}

sealed class OfArgument;

sealed class Uses
{
    public OfField? Field { get; set; }

    public Func<int> Lambda { get; } = () => OfLambda.Two;

    public static int Call(List<OfArgument> all) => OfCall.One + all.Count;
}
