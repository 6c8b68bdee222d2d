using System.Text.Json;
using System.Text.Json.Serialization;
using Muster.Telemetry.Promql.Parsing;

namespace Muster.Server.Keys;

/// <summary>
/// The file that names the projects, by convention <c>telemetry.json</c>:
/// <code>{ "projects": [ { "name": "shop", "keys": ["sha256:…", "env:SHOP_KEY", "file:/run/secrets/shop"], "retention": "30d", "maxBytes": 10737418240, "maxSeries": 500000, "samplesPerSecond": 50000 } ] }</code>
/// Only the name and a key must be there. Comments and a last comma are taken, keys that are not known are not.
/// </summary>
static class ProjectsFile
{
    /// <summary>Projects, or what is wrong, for whoever wrote the file.</summary>
    public readonly record struct Outcome(IReadOnlyList<ProjectSettings> Projects, string? Problem);

    public static Outcome Read(ReadOnlySpan<byte> json, Func<string, string?> variable, Func<string, string> file)
    {
        WrittenFile? written;
        try { written = JsonSerializer.Deserialize(json, ProjectsJson.Default.WrittenFile); }
        catch (JsonException wrong) { return new([], wrong.Message); }

        if (written?.Projects is not { Count: > 0 } list) return new([], "projects: there is none");
        var projects = new List<ProjectSettings>();
        foreach (var one in list)
        {
            if (Settings(one, variable, file, out var problem) is not { } settings) return new([], $"projects[{projects.Count}]: {problem}");
            if (projects.Exists(other => other.Name == settings.Name)) return new([], $"projects[{projects.Count}]: {settings.Name} stands twice");
            if (projects.Find(other => other.Keys.Any(key => settings.Keys.Any(key.Is))) is { } same) return new([], $"projects[{projects.Count}]: keys: one of them opens {same.Name} already; a key says which project it is for");
            projects.Add(settings);
        }

        return new(projects, null);
    }

    static ProjectSettings? Settings(WrittenProject? one, Func<string, string?> variable, Func<string, string> file, out string? problem)
    {
        problem = one is null ? "it is null" : Wrong(one);
        if (problem is not null) return null;
        var keys = new List<KeyHash>();
        foreach (var reference in one!.Keys!)
        {
            if (KeyHash.Of(reference ?? "", variable, file, out problem) is not { } key)
            {
                problem = $"keys[{keys.Count}]: {problem}";
                return null;
            }

            keys.Add(key);
        }

        TimeSpan? retention = null;
        if (one.Retention is { } text)
        {
            if (!Durations.TryRead(text, out var kept) || kept < 3_600_000)
            {
                problem = $"retention: {text} is no duration of an hour or more; 30d is one";
                return null;
            }

            retention = TimeSpan.FromMilliseconds(kept);
        }

        return new(one.Name!, keys, retention, one.MaxBytes, one.MaxSeries, one.SamplesPerSecond);
    }

    static string? Wrong(WrittenProject one)
    {
        if (one.Name is not { Length: > 0 and <= 63 } name || !char.IsAsciiLetterOrDigit(name[0]) || !name.All(sign => char.IsAsciiLetterOrDigit(sign) || sign is '-' or '_')) return "name: letters, digits, - and _, 63 at most, a letter or digit first";
        if (one.Keys is not { Count: > 0 }) return "keys: there is none";
        if (one.MaxBytes is < 0) return "maxBytes: it is less than 0";
        if (one.MaxSeries is < 1) return "maxSeries: it is less than 1";
        return one.SamplesPerSecond is < 1 ? "samplesPerSecond: it is less than 1" : null;
    }
}

/// <summary>One project as it is configured; what is null is as for all.</summary>
/// <param name="SamplesPerSecond">On average; ten seconds' worth may come at once. Null: no bound.</param>
sealed record ProjectSettings(string Name, IReadOnlyList<KeyHash> Keys, TimeSpan? Retention = null, long? MaxBytes = null, int? MaxSeries = null, int? SamplesPerSecond = null);

sealed record WrittenFile(IReadOnlyList<WrittenProject?>? Projects);

sealed record WrittenProject(string? Name, IReadOnlyList<string?>? Keys, string? Retention, long? MaxBytes, int? MaxSeries, int? SamplesPerSecond);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, ReadCommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true)]
[JsonSerializable(typeof(WrittenFile))]
sealed partial class ProjectsJson : JsonSerializerContext;
