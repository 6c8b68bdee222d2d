using System.Collections.Immutable;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>Whether a report is of this release: by a digest in it, by the signature of the job that made it, or only because the document believes the place where it lies.</summary>
static class Binding
{
    public static Value.Fields Of(Report report, SignedReport? signed, string file, Given given, ProbeContext context)
    {
        var wanted = Wanted(given, context);
        var named = signed?.Subjects ?? report.Subjects;
        var found = wanted.FirstOrDefault(one => named.Contains(one.Digest.ToString()));
        var how = signed is null ? "digest" : "signature";
        if (found.Name is not null) return found.Name.Length == 0 ? Value.Of(("bound", how)) : Value.Of(("bound", how), ("artifact", found.Name));
        if (!named.IsEmpty) throw new Unseen(Blind.OtherSubject, $"{file} is about {named[0]}{(named.Length > 1 ? $" and {named.Length - 1} more" : "")}, which is not {Says(given, context)}");
        if (given.Truth("claimed", false)) return Value.Of(("bound", "claim"));
        throw new Unseen(Blind.OtherSubject, $"{file} names no digest of what it is about, so that it may be of any release; bind it (see the page of the kind), or say \"claimed: true\" to believe it");
    }

    /// <summary>The artifacts that it may be about; and the release itself, which has no name, unless one artifact is asked for.</summary>
    static ImmutableArray<(string Name, Digest Digest)> Wanted(Given given, ProbeContext context)
    {
        if (given.Text("artifact") is not { } asked) return [.. context.Artifacts.Select(artifact => (artifact.Key, artifact.Value)), ("", context.Release)];
        return context.Artifacts.TryGetValue(asked, out var digest) ? [(asked, digest)]
            : throw new Unseen(Blind.BadQuestion, context.Artifacts.IsEmpty ? $"the artifacts of this release are not known, so that none is \"{asked}\"; give the release's manifest" : $"this release has no artifact \"{asked}\"; it has {string.Join(", ", context.Artifacts.Keys.Take(10))}");
    }

    static string Says(Given given, ProbeContext context) => given.Text("artifact") is { } asked ? $"the artifact \"{asked}\" of this release"
        : context.Artifacts.IsEmpty ? "known as an artifact of this release" : "an artifact of this release";
}
