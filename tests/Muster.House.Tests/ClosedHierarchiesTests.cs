using System.Reflection;
using System.Text.Json.Serialization;
using Muster.Readiness;

namespace Muster.House.Tests;

public class ClosedHierarchiesTests
{
    public static readonly Assembly[] Ours = [typeof(Digest).Assembly, Assembly.Load("Muster.Probes"), Assembly.Load("Muster.Ledger"), Assembly.Load("muster")];

    [Fact]
    public void Every_closed_hierarchy_is_closed()
    {
        Wall.Holds(ClosedHierarchies.Broken(Ours.SelectMany(assembly => assembly.GetTypes())));
    }

    [Fact]
    public void An_open_hierarchy_is_seen()
    {
        Assert.Equal(
            [
                "Outsider is a Shape but is not nested in it",
                "Shape has a constructor that others can call",
                "Shape.Loose has no JSON discriminator",
                "Shape.Loose is not sealed",
                "Shape.Looser has no JSON discriminator",
                "Shape.Outsider has no JSON discriminator",
                "Shape.Round's JSON discriminator is not a name",
            ],
            ClosedHierarchies.Broken([typeof(Shape), typeof(Shape.Round), typeof(Shape.Loose), typeof(Shape.Looser), typeof(Outsider)]).Order(StringComparer.Ordinal));
    }

    [JsonPolymorphic]
    [JsonDerivedType(typeof(Round), 7)]
    public abstract record Shape
    {
        public sealed record Round : Shape;

        public record Loose : Shape;

        public sealed record Looser : Loose;
    }

    public sealed record Outsider : Shape;
}
