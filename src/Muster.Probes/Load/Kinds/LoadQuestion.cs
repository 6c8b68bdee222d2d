using System.Text;
using Muster.Readiness;

namespace Muster.Probes.Load;

/// <summary>From the parameters of a check to a load plan.</summary>
static class LoadQuestion
{
    const string OnlyFailures = "rate<0.01";
    // Preparing, connecting, identifying before and after.
    static readonly TimeSpan Around = TimeSpan.FromSeconds(60);

    /// <summary>The plan, and the digest of the file that it stands in, if it stands in one: no question holds what is in a file, so that the evidence has to.</summary>
    /// <exception cref="Unseen">The plan cannot be read.</exception>
    public static (LoadPlan Plan, Digest? File) Read(Asked asked, string folder, bool mayLeave)
    {
        Digest? digest = null;
        var fields = Value.Fields.Empty;
        var files = new LoadFolder(folder, mayLeave);
        LoadForm? file = null;
        if (asked.Parameters["plan"] is Value.Text { Is: var name })
        {
            var (bytes, why) = files.Read(name, LoadForm.LargestFile);
            if (bytes is null) throw new Unseen(Blind.BadQuestion, why);
            digest = Digest.Of(bytes);
            (file, var problems) = LoadForm.Parse(bytes, name);
            if (file is null) throw new Unseen(Blind.BadQuestion, $"{problems[0].Place}: {problems[0].Says}");
        }

        foreach (var whole in LoadFields.Whole)
            if (asked.Parameters[whole] is { } given and not Value.Nothing) fields = fields.With(whole, given);
        var single = Value.Fields.Empty;
        foreach (var key in LoadFields.Single)
            if (asked.Parameters[key] is { } given and not Value.Nothing) single = single.With(key, given);
        if (single.Count > 0)
        {
            if (fields["scenarios"] is not null || file is not null) throw new Unseen(Blind.BadQuestion, $"\"{single.First().Key}\" stands beside scenarios; write it into one of them");
            fields = fields.With("scenarios", Value.Of(("load", single)));
        }

        // A target that fails everything is quick: some limit of failures always stands, and as evidence it needs its samples.
        if ((fields["thresholds"] ?? file?.Fields["thresholds"] ?? Value.Fields.Empty) is Value.Fields thresholds && thresholds["http_req_failed"] is null)
            fields = fields.With("thresholds", thresholds.With("http_req_failed", Value.Texts([OnlyFailures])));
        var form = file is null ? LoadForm.Of(fields.With("target", asked.Parameters["target"])) : file.With(fields).WithTarget(asked.Parameters["target"] ?? Value.Null);
        var read = LoadPlanReader.Read(form, files);
        return (read.Plan ?? throw new Unseen(Blind.BadQuestion, Said(read)), digest);
    }

    /// <summary>The plan's own time, and what stands around it.</summary>
    public static TimeSpan Patience(LoadPlan plan) => plan.Scenarios.Max(scenario => scenario.Start + scenario.Model.Lasts + scenario.GracefulStop) + Around;

    static string Said(LoadReading read)
    {
        var said = new StringBuilder();
        foreach (var problem in read.Problems.Take(3)) said.Append(said.Length == 0 ? "" : " ").Append(problem.Key.Length == 0 ? "" : problem.Key + ": ").Append(problem.Says);
        return read.Problems.Length > 3 ? said.Append($" (and {read.Problems.Length - 3} more)").ToString() : said.ToString();
    }
}
