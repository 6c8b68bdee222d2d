using Muster.Readiness;

namespace Muster.Probes.Tests.Reports;

public class ChaosToolkitReportTests
{
    static Task<Sight> Look(string from, string to)
    {
        Assert.Contains(from, Samples.Journal, StringComparison.Ordinal);
        return ReportFolder.Look("chaostoolkit", Samples.Journal.Replace(from, to, StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_experiment_that_stayed_steady_passes()
    {
        var sight = await ReportFolder.Look("chaostoolkit", Samples.Journal);

        ReportFolder.Passes("chaostoolkit", sight);
        Assert.Equal((1L, 1d, 1d, 60.5), (sight.Population, ReportFolder.Number(sight, "hypothesis_probes"), ReportFolder.Number(sight, "rollbacks"), ReportFolder.Number(sight, "duration")));
        Assert.Equal("2026-03-01T09:00:00.123Z", sight.Observation!["made"]);
    }

    [Theory]
    [InlineData("\"deviated\": false", "\"deviated\": true", "deviated")]
    [InlineData("\"status\": \"completed\"", "\"status\": \"aborted\"", "status")]
    [InlineData("\"after\": { \"steady_state_met\": true", "\"after\": { \"steady_state_met\": false", "met_after")]
    [InlineData("\"before\": { \"steady_state_met\": true, \"probes\": [ { \"activity\": { \"name\": \"orders\" }, \"tolerance_met\": true } ] }", "\"before\": { \"steady_state_met\": true, \"probes\": [] }", "hypothesis_probes")]
    [InlineData("\"name\": \"stop the cache\" }, \"status\": \"succeeded\"", "\"name\": \"stop the cache\" }, \"status\": \"failed\"", "failed_activities")]
    [InlineData("\"name\": \"start the cache\" }, \"status\": \"succeeded\"", "\"name\": \"start the cache\" }, \"status\": \"failed\"", "failed_rollbacks")]
    [InlineData("\"rollbacks\": [ { \"activity\": { \"type\": \"action\", \"name\": \"start the cache\" }, \"status\": \"succeeded\" } ]", "\"rollbacks\": []", "rollbacks_left")]
    public async Task A_completed_experiment_is_not_yet_a_passed_one(string from, string to, string field) => ReportFolder.Fails("chaostoolkit", await Look(from, to), field);

    [Theory]
    [InlineData("\"type\": \"action\", \"name\": \"stop the cache\"", "\"type\": \"probe\", \"name\": \"stop the cache\"")]
    [InlineData("\"run\": [ { \"activity\": { \"type\": \"action\", \"name\": \"stop the cache\" }, \"status\": \"succeeded\" } ]", "\"run\": []")]
    public async Task An_experiment_that_disturbed_nothing_proves_nothing(string from, string to) => ReportFolder.IsUnproven("chaostoolkit", await Look(from, to), Why.TooFew);

    [Fact]
    public async Task An_experiment_without_a_hypothesis_does_not_hold() =>
        ReportFolder.Fails("chaostoolkit", await Look(Samples.Journal[Samples.Journal.IndexOf("\"steady_states\"", StringComparison.Ordinal)..Samples.Journal.IndexOf("\"run\"", StringComparison.Ordinal)], "\"steady_states\": { \"before\": null, \"after\": null, \"during\": [] },"), "hypothesis_probes");

    [Theory]
    [InlineData("\"activities\"")]
    [InlineData("\"pause\"")]
    [InlineData("true")]
    public async Task A_rehearsed_one_is_a_dry_run(string dry)
    {
        using var folder = new ReportFolder().Write("report", Samples.Journal.Replace("\"method\": []", $"\"dry\": {dry}", StringComparison.Ordinal));

        Assert.Equal(Origin.DryRun, (await folder.Run("chaostoolkit", "report")).Origin);
    }

    [Theory]
    [InlineData("\"\"")]
    [InlineData("false")]
    [InlineData("null")]
    public async Task One_that_says_that_it_was_not_is_an_import(string dry)
    {
        using var folder = new ReportFolder().Write("report", Samples.Journal.Replace("\"method\": []", $"\"dry\": {dry}", StringComparison.Ordinal));

        Assert.Equal(Origin.Imported, (await folder.Run("chaostoolkit", "report")).Origin);
    }
}
