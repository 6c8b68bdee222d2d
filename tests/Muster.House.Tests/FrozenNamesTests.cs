using System.Reflection;
using System.Text.Json.Serialization;
using Muster.Readiness;

namespace Muster.House.Tests;

public class FrozenNamesTests
{
    [Theory]
    [InlineData(typeof(Verdict), "NoGo Undecided Held ConditionalGo Go")]
    [InlineData(typeof(State), "Failed Unproven Unmeasured Met")]
    [InlineData(typeof(Why), "NeverRun Stale Blind NotSeen TooFew TargetChanged OtherRelease OtherQuestion OriginNotAccepted Undated ClockAhead NoReference NotObservable Unreviewed Waiting SentenceChanged")]
    [InlineData(typeof(Blind), "Deadline NoSuchHost Unreachable Refused Unreadable TooLarge NoConsent NoVantage NoSecret NotCapable Crashed NotReached BadQuestion OtherSubject NotAdmitted")]
    [InlineData(typeof(Lost), "Changed NoFile Unread")]
    [InlineData(typeof(Origin), "Live Imported Attested DryRun Simulated")]
    [InlineData(typeof(Mode), "Block Warn Observe")]
    [InlineData(typeof(Binds), "Release Environment")]
    [InlineData(typeof(Combine), "All Any")]
    [InlineData(typeof(Comparison), "AtLeast AtMost Under Over Between")]
    [InlineData(typeof(Hazard), "Passive Active Destructive")]
    [InlineData(typeof(Shape), "Any Text Number Truth Duration Size Percentage Rate Instant List Map")]
    public void Names_on_disk_only_grow(Type list, string golden)
    {
        Wall.Holds(FrozenNames.Broken(list.Name, golden, Enum.GetNames(list)));
        Assert.Equal(Enumerable.Range(0, Enum.GetNames(list).Length), Enum.GetValues(list).Cast<object>().Select(value => (int)value));
    }

    [Theory]
    [InlineData(typeof(Fact), "fact", "run attestation sign-off rejection withdrawal waiver break-glass acceptance verdict prove arrival revocation waiver-request drill drill-witness")]
    [InlineData(typeof(Matcher), "word", "is compare not one_of matches contains exactly only includes every some none count present has both")]
    public void Discriminators_on_disk_only_grow(Type closed, string property, string golden)
    {
        Assert.Equal(property, closed.GetCustomAttribute<JsonPolymorphicAttribute>()!.TypeDiscriminatorPropertyName);
        Wall.Holds(FrozenNames.Broken(closed.Name, golden, closed.GetCustomAttributes<JsonDerivedTypeAttribute>().Select(line => (string)line.TypeDiscriminator!)));
    }

    /// <summary>The exit codes are a promise to CI jobs; the executable's own tests produce each of them.</summary>
    [Fact]
    public void Exit_codes_only_grow()
    {
        var codes = Assembly.Load("muster").GetTypes().Single(type => type.Name == "ExitCode").GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic)
            .Where(field => field.IsLiteral).Select(field => (int)field.GetRawConstantValue()!).Distinct().Order().Select(code => $"{code}");

        Wall.Holds(FrozenNames.Broken("ExitCode", "0 1 2 3 4 5 10 11 70 130", codes));
    }

    [Fact]
    public void A_name_gone_a_name_grown_and_another_order_are_each_seen()
    {
        Assert.Equal(["E: A is gone, but files with it exist"], FrozenNames.Broken("E", "A B", ["B"]));
        Assert.Equal(["E: C is new; add it to the end of the table, where it stays"], FrozenNames.Broken("E", "A B", ["A", "B", "C"]));
        Assert.Equal(["E: the order changed"], FrozenNames.Broken("E", "A B", ["B", "A"]));
    }
}
