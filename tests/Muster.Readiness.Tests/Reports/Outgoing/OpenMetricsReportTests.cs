namespace Muster.Readiness.Tests;

public class OpenMetricsReportTests
{
    [Fact]
    public void The_report_of_every_state_is_as_accepted() => Golden.Equal("every-state.openmetrics", OpenMetricsReport.Render(EveryState.Decision));

    public static TheoryData<string> Verdicts => [.. ShopDecisions.All.Keys];

    [Theory]
    [MemberData(nameof(Verdicts))]
    public void A_strict_reader_reads_it_and_exactly_one_verdict_is_1(string name)
    {
        var decision = ShopDecisions.All[name];
        var samples = OpenMetricsText.Read(OpenMetricsReport.Render(decision));

        var given = Assert.Single(samples, sample => sample.Family == "muster_verdict" && sample.Value == 1);
        Assert.Equal(VerdictWords.Of(decision.Verdict), given.Labels["verdict"]);
        Assert.Equal(5, samples.Count(sample => sample.Family == "muster_verdict"));
        Assert.Equal(decision.Verdict >= Verdict.ConditionalGo || decision.OpenedByBreakGlass is not null ? 1 : 0, One(samples, "muster_gate_open"));
        Assert.All(decision.Controls.Where(control => control.Out is null), control =>
        {
            var states = samples.Where(sample => sample.Family == "muster_control_state" && sample.Labels["control"] == control.Id).ToList();
            Assert.Equal(4, states.Count);
            Assert.Equal(StateWords.Of(control.State), Assert.Single(states, state => state.Value == 1).Labels["state"]);
        });
    }

    [Fact]
    public void Ages_and_deadlines_are_there_in_seconds()
    {
        var samples = OpenMetricsText.Read(OpenMetricsReport.Render(EveryState.Decision));
        double Of(string family, string control) => Assert.Single(samples, sample => sample.Family == family && sample.Labels["control"] == control).Value;
        double Unix(DateTimeOffset at) => at.ToUnixTimeSeconds();

        Assert.Equal(42 * 60, Of("muster_control_evidence_age_seconds", "edge.certificate"));
        Assert.Equal(Unix(ShopDecisions.At.AddMinutes(-42)), Of("muster_control_seen_timestamp_seconds", "edge.certificate"));
        Assert.Equal(Unix(ShopDecisions.At.AddDays(-9)), Of("muster_control_fresh_until_timestamp_seconds", "db.backup"));
        Assert.Equal(Unix(ShopDecisions.At.AddHours(-5)), Of("muster_condition_due_timestamp_seconds", "edge.headers"));
        Assert.Equal(Unix(ShopDecisions.At.AddDays(6)), Of("muster_waiver_expires_timestamp_seconds", "notifications.private"));
        Assert.Equal(1, Of("muster_control_waived", "notifications.private"));
        Assert.Equal(1, One(samples, "muster_conditions_overdue"));
        Assert.Equal(1, One(samples, "muster_softenings_not_accepted"));
        Assert.Equal(16, One(samples, "muster_runs_not_counted"));
        Assert.Equal([("architect", 1), ("devops-lead", 1)], samples.Where(sample => sample.Family == "muster_sign_offs_missing").Select(sample => (sample.Labels["role"], sample.Value)));
    }

    [Fact]
    public void A_role_that_has_signed_misses_none_and_nobody_vanishes()
    {
        var samples = OpenMetricsText.Read(OpenMetricsReport.Render(ShopDecisions.Held()));

        Assert.Equal([("architect", 0), ("devops-lead", 1)], samples.Where(sample => sample.Family == "muster_sign_offs_missing").Select(sample => (sample.Labels["role"], sample.Value)));
    }

    [Fact]
    public void Only_small_sets_and_ids_of_controls_are_labels()
    {
        var labels = OpenMetricsText.Read(OpenMetricsReport.Render(EveryState.Decision)).SelectMany(sample => sample.Labels.Keys).Distinct().Order(StringComparer.Ordinal);

        Assert.Equal(["control", "environment", "gate", "mode", "role", "state", "system", "verdict"], labels);
    }

    [Fact]
    public void Whatever_is_written_a_strict_reader_reads_it() => HostileText.Holds(text => Assert.NotEmpty(OpenMetricsText.Read(OpenMetricsReport.Render(HostileDecision.Of(text)))));

    [Theory]
    [InlineData("a{b=\"c\"} 1\n# EOF\n")]
    [InlineData("# TYPE a gauge\na{b=\"c\"} 1\n")]
    [InlineData("# TYPE a gauge\na{b=\"c\"} 1\na{b=\"c\"} 2\n# EOF\n")]
    [InlineData("# TYPE a gauge\na{b=\"c\"} 1\n# HELP a x\n# EOF\n")]
    [InlineData("# TYPE a gauge\n# UNIT a seconds\na{b=\"c\"} 1\n# EOF\n")]
    [InlineData("# TYPE a gauge\na{b=\"c\\x\"} 1\n# EOF\n")]
    [InlineData("# TYPE a gauge\na{b=\"c\" } 1\n# EOF\n")]
    [InlineData("# TYPE a gauge\n\na{b=\"c\"} 1\n# EOF\n")]
    [InlineData("# TYPE a_total gauge\na_total{b=\"c\"} 1\n# EOF\n")]
    public void The_strict_reader_refuses_what_the_specification_does_not_allow(string text) => Assert.Throws<FormatException>(() => OpenMetricsText.Read(text));

    static double One(List<MetricSample> samples, string family) => Assert.Single(samples, sample => sample.Family == family).Value;
}
