using System.Collections.Immutable;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>SARIF 2.1.0: what every run in the file found, and whether each says that it finished.</summary>
static class SarifReport
{
    public static async Task<Report> Read(ReportFile file, Given given, ProbeContext context, CancellationToken cancel)
    {
        var root = await file.Json(cancel);
        if (root.At("runs") is not Value.Items || root.Text("version") is not { } version) throw file.Wrong("is no SARIF report: it has no \"version\" and \"runs\"");
        if (version != "2.1.0") throw file.Wrong($"is SARIF {Bounded.Start(version, 20)}; 2.1.0 is read");
        var runs = root.Items("runs");
        var counted = new SarifCount();
        foreach (var run in runs)
        {
            if (run.At("tool", "driver", "name") is not Value.Text) throw file.Wrong("has a run that names no tool");
            if (run.At("externalPropertyFileReferences").Items("results").Length > 0) throw file.Wrong("keeps results in other files, which are not read");
            counted.Add(run);
        }

        var invocations = runs.SelectMany(run => run.Items("invocations")).ToList();
        var times = invocations.Select(one => one.Time("startTimeUtc") ?? one.Time("endTimeUtc")).OfType<DateTimeOffset>().ToList();
        return new(counted.Seen(Finished(runs)).With(("tool", string.Join(", ", runs.Select(run => run.Text("tool", "driver", "name")).Distinct().Take(5))),
            ("tool_version", runs.Select(run => run.Text("tool", "driver", "semanticVersion") ?? run.Text("tool", "driver", "version")).FirstOrDefault(one => one is not null) is { } tool ? tool : null)),
            runs.Count(run => run.At("results") is Value.Items), times.Count == 0 ? null : times.Min())
        {
            Subjects = Subjects(runs),
            Detail = times.Count == 0 ? $"{file.Name} does not say when it was made: no invocation has a startTimeUtc or endTimeUtc" : null,
        };
    }

    /// <summary>True only if each run has results and says that it was executed successfully; null where one does not say.</summary>
    static bool? Finished(ImmutableArray<Value> runs)
    {
        var said = runs.SelectMany(run => run.Items("invocations").Select(one => one.Truth("executionSuccessful")).DefaultIfEmpty(null)).ToList();
        if (said.Contains(false)) return false;
        return said.Count == 0 || said.Contains(null) || runs.Any(run => run.At("results") is not Value.Items) ? null : true;
    }

    /// <summary>Each run must name what it looked at: one that does not may be of anything, and then nothing is named.</summary>
    static ImmutableArray<string> Subjects(ImmutableArray<Value> runs)
    {
        var each = runs.Select(run => NamedDigests.In(
            [
                .. run.Items("properties", "repoDigests").Select(one => one.Text()), run.Text("properties", "release"), run.Text("properties", "imageID"),
                .. run.Items("artifacts").Where(one => one.Items("roles").Any(role => role.Text() == "analysisTarget")).Select(one => NamedDigests.Bare(one.Text("hashes", "sha-256"))),
                .. run.Items("versionControlProvenance").Select(one => NamedDigests.Bare(one.Text("revisionId"))),
            ])).ToList();
        if (each.Count == 0 || each.Exists(one => one.IsEmpty)) return [];
        var common = each[0].Where(one => each.TrueForAll(other => other.Contains(one))).ToImmutableArray();
        return common.IsEmpty ? [.. each.SelectMany(one => one).Distinct().Select(one => one + " (one run of several)")] : common;
    }
}
