using Muster.Probes.Load;
using Muster.Readiness;

namespace Muster.Probes.Tests.Load;

public class LoadQuestionTests
{
    static Asked Asks(params ReadOnlySpan<(string, Value)> parameters) => new("", "load.http", Value.Of(parameters).With("target", "http://127.0.0.1:1"));

    static Unseen Refused(Asked asked) => Assert.Throws<Unseen>(() => LoadQuestion.Read(asked, ".", false));

    [Fact]
    public void Every_key_of_a_check_stands_in_the_plan_and_the_other_way_round() =>
        Assert.Equal([.. LoadFields.Single.Concat(LoadFields.Whole).Append("plan").Order(StringComparer.Ordinal)], LoadFields.Parameters.Select(parameter => parameter.Name).Order(StringComparer.Ordinal));

    [Fact]
    public void No_key_of_a_check_is_unknown_to_the_plan()
    {
        foreach (var key in LoadFields.Single.Concat(LoadFields.Whole))
            try
            {
                var asked = Asks(("get", "/"));
                LoadQuestion.Read(asked with { Parameters = asked.Parameters.With(key, Value.Of(("odd", true))) }, ".", false);
            }
            catch (Unseen refused)
            {
                Assert.DoesNotContain($"There is no key \"{key}\"", refused.Message, StringComparison.Ordinal);
            }
    }

    [Fact]
    public void Who_says_nothing_of_failures_is_asked_about_them()
    {
        var (plan, _) = LoadQuestion.Read(Asks(("rate", "10/s"), ("duration", "1s"), ("get", "/")), ".", false);

        Assert.Equal("http_req_failed", Assert.Single(plan.Thresholds).Name);
    }

    [Fact]
    public void A_single_scenario_beside_named_ones_is_a_mistake() =>
        Assert.Contains("stands beside scenarios", Refused(Asks(("rate", "10/s"), ("scenarios", Value.Of(("a", Value.Of(("vus", 1), ("duration", "1s"), ("get", "/"))))))).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("get", "/", "")]
    [InlineData("rate", "10/s", "")]
    [InlineData("rate", "many", "rate")]
    [InlineData("plan", "not-there.yaml", "not-there.yaml")]
    [InlineData("plan", "/etc/hostname", "/etc/hostname")]
    public void A_plan_that_cannot_be_read_is_a_bad_question_and_sends_nothing(string key, string value, string says)
    {
        var refused = Refused(Asks((key, value)));

        Assert.Equal(Blind.BadQuestion, refused.Blind);
        Assert.Contains(says, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_patience_of_a_look_is_that_of_its_plan()
    {
        var patience = LoadQuestion.Patience(LoadQuestion.Read(Asks(("rate", "10/s"), ("duration", "20m"), ("graceful_stop", "1m"), ("get", "/")), ".", false).Plan);

        Assert.True(patience > TimeSpan.FromMinutes(21), $"{patience}");
    }
}
