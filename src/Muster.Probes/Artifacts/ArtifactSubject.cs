using System.Collections.Immutable;
using System.Security.Cryptography;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>
/// Whether what a file names by digest is what it must be about: a digest that is said, a file that is there, an artifact of the release, or any of the release.
/// </summary>
sealed record ArtifactSubject(ImmutableArray<(string Name, string Digest)> Wanted, bool Certain)
{
    public static readonly Parameter[] Parameters =
    [
        new("artifact", Shape.Text, "The artifact, by its name in the release, that it must be about; any of the release unless said."),
        new("digest", Shape.Text, "The digest that it must be about, as sha256:…, in place of the release's."),
        new("artifact_file", Shape.Text, "A file beside the document whose SHA-256 it must be about, in place of the release's: a chart, an archive, a binary."),
    ];

    public static readonly Field[] Fields =
    [
        new("subjects", Shape.List, "The SHA-256 digests by which it names what it is about."),
        new("subject_matches", Shape.Truth, "Whether what it must be about is among them; not seen where it names none, or where nobody says what it must be about."),
        new("artifact", Shape.Text, "The artifact of the release that it is about, if it is."),
    ];

    public static async Task<ArtifactSubject> Of(Given given, ProbeContext context, CancellationToken cancel)
    {
        var (artifact, digest, file) = (given.Text("artifact"), given.Text("digest"), given.Text("artifact_file"));
        if ((artifact is null ? 0 : 1) + (digest is null ? 0 : 1) + (file is null ? 0 : 1) > 1) throw Given.Wrong("artifact", "stands beside \"digest\" or \"artifact_file\"; say one of them");
        if (digest is not null) return Digest.TryParse(digest, out var said) ? new([("", said.ToString())], true) : throw Given.Wrong("digest", "is no SHA-256 digest, as sha256: and 64 lower-case hex digits");
        if (file is not null) return new([("", await OfFile(file, context, cancel))], true);
        if (artifact is null) return new([.. context.Artifacts.Select(one => (one.Key, one.Value.ToString())), ("", context.Release.ToString())], !context.Artifacts.IsEmpty);
        return context.Artifacts.TryGetValue(artifact, out var known) ? new([(artifact, known.ToString())], true)
            : throw new Unseen(Blind.BadQuestion, context.Artifacts.IsEmpty ? $"the artifacts of this release are not known, so that none is \"{artifact}\"; give the release's manifest" : $"this release has no artifact \"{artifact}\"; it has {string.Join(", ", context.Artifacts.Keys.Take(10))}");
    }

    /// <summary>What of it was seen, beside the digests that the file names.</summary>
    public Value.Fields Seen(Value.Fields seen, ImmutableArray<string> named)
    {
        seen = seen.With("subjects", Value.Texts(named.Take(Shown)));
        if (named.IsEmpty) return seen;
        var found = Wanted.FirstOrDefault(one => named.Contains(one.Digest));
        // Where the release names no artifacts, another digest is not wrong: nobody said which is right.
        if (found.Digest is null) return Certain ? seen.With("subject_matches", false) : seen;
        return seen.With("subject_matches", true).With(("artifact", found.Name.Length == 0 ? null : found.Name));
    }

    /// <summary>Why it is not known, in words; null where it is.</summary>
    public string? Doubt(ImmutableArray<string> named, string file) =>
        named.IsEmpty ? $"{file} names no SHA-256 digest of what it is about, so that it may be of anything"
        : Certain || Wanted.Any(one => named.Contains(one.Digest)) ? null
        : $"{file} is about {named[0]}, and nobody says what it must be about: give the release's manifest, or say \"digest\" or \"artifact_file\"";

    static async Task<string> OfFile(string name, ProbeContext context, CancellationToken cancel)
    {
        var place = FolderWall.Within(context.Folder, name, context.MayLeaveFolder);
        if (!File.Exists(place)) throw new Unseen(Blind.Unreadable, $"{name} is not there");
        try
        {
            await using var file = new FileStream(place, FileMode.Open, FileAccess.Read, FileShare.Read, 128 * 1024, useAsync: true);
            return "sha256:" + Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancel));
        }
        catch (UnauthorizedAccessException) { throw new Unseen(Blind.NotCapable, $"{name} may not be read by this user"); }
    }

    const int Shown = 20;
}
