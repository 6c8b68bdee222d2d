using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>Which files a backup must hold: as <c>muster manifest files</c> writes it, or a list as sha256sum writes it, which tells no sizes.</summary>
sealed record FilesManifest(DateTimeOffset? Taken, ImmutableSortedDictionary<string, FileFound> Files)
{
    const string Format = "muster-files-manifest/1";
    const long MostBytes = 512 * 1024 * 1024;
    static readonly string[] Inside = ["SHA256SUMS", "sha256sums", "SHA256SUMS.txt", "sha256sums.txt"];

    public static Value.Fields Written(IEnumerable<KeyValuePair<string, FileFound>> files, DateTimeOffset taken) => Value.Of(("format", Format), ("taken", taken),
        ("entries", Value.List(files.Select(file => (Value)Value.Of(("name", file.Key), ("size", file.Value.Size), ("content", file.Value.Content))))));

    public static async Task<FilesManifest> Read(string path, CancellationToken cancel)
    {
        var name = Path.GetFileName(path);
        try
        {
            if (new FileInfo(path).Length > MostBytes) throw new Unseen(Blind.TooLarge, $"{name} is larger than {MostBytes} bytes");
            return Read(await File.ReadAllBytesAsync(path, cancel), name) ?? throw new Unseen(Blind.Unreadable, $"{name} is neither a manifest as \"muster manifest files\" writes it nor a list as sha256sum does");
        }
        catch (UnauthorizedAccessException) { throw new Unseen(Blind.NotCapable, $"{name} may not be read by this user"); }
        catch (IOException error) { throw new Unseen(Blind.Unreadable, $"{name} cannot be read: {error.Message}", error); }
    }

    /// <summary>Null where the bytes are none.</summary>
    public static FilesManifest? Read(byte[] bytes, string name)
    {
        if (bytes.AsSpan().TrimStart(" \r\n\t"u8) is not [(byte)'{', ..]) return OfSums(bytes, name);
        Value read;
        try { read = Value.Parse(bytes); }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException) { return null; } // Cut off, or not ours.
        if (read.Text("format") != Format || !Instant.TryRead(read.Text("taken"), out var taken) || read.At("entries") is not Value.Items { Are: var entries }) return null;
        var files = ImmutableSortedDictionary.CreateBuilder<string, FileFound>(StringComparer.Ordinal);
        foreach (var entry in entries)
            if (entry.Text("name") is not { Length: > 0 } file || entry.Text("content") is not { Length: > 0 } content || entry.At("size") is not Value.Number { Is: >= 0 and <= 9007199254740992d and var size } || !files.TryAdd(file, new((long)size, content))) return null;
        return new(taken, files.ToImmutable());
    }

    static FilesManifest? OfSums(byte[] bytes, string name)
    {
        try { return new(null, ChecksumList.Read(bytes, name).Where(sum => sum.Algorithm == "sha256").GroupBy(sum => Bare(sum.Name)).ToImmutableSortedDictionary(sum => sum.Key, sum => new FileFound(-1, sum.First().Hex), StringComparer.Ordinal)); }
        catch (Unseen) { return null; }
    }

    static string Bare(string name) => name.StartsWith("./", StringComparison.Ordinal) ? name[2..] : name;

    /// <summary>The list that lies in what was restored; null without one.</summary>
    public static async Task<FilesManifest?> Within(string folder, CancellationToken cancel)
    {
        foreach (var root in (string[])[folder, .. Directory.EnumerateDirectories(folder).Take(2)])
            foreach (var name in Inside)
                if (File.Exists(Path.Combine(root, name)) && new FileInfo(Path.Combine(root, name)).LinkTarget is null) return await Read(Path.Combine(root, name), cancel) is var list && list.Files.ContainsKey(name) ? list : list with { ListedBy = name };
        return null;
    }

    /// <summary>The list itself, where it lies among the files: it cannot name itself.</summary>
    public string? ListedBy { get; private init; }

    /// <summary>Where in what was restored the manifest's folder is: what most of its names have before them.</summary>
    public string RootIn(IReadOnlyCollection<string> restored)
    {
        const int Tried = 200;
        var names = Files.Keys.Take(Tried).ToHashSet(StringComparer.Ordinal);
        var roots = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var one in restored)
            for (var at = 0; at >= 0; at = one.IndexOf('/', at) is >= 0 and var slash ? slash + 1 : -1)
                if (names.Contains(one[at..])) roots[one[..at]] = roots.GetValueOrDefault(one[..at]) + 1;
        return roots.OrderByDescending(root => root.Value).ThenBy(root => root.Key.Length).ThenBy(root => root.Key, StringComparer.Ordinal).Select(root => root.Key).FirstOrDefault() ?? "";
    }

    /// <param name="restored">By names from the restored folder on.</param>
    /// <param name="root">With its "/"; "" for all of it.</param>
    /// <param name="only">What lies elsewhere than under the root is not asked about.</param>
    public FilesCompared Compare(IReadOnlyDictionary<string, FileFound> restored, string root, bool only)
    {
        var (names, sizes, content, compared) = (new List<string>(), new List<string>(), new List<string>(), 0);
        foreach (var (name, must) in Files)
        {
            if (!restored.TryGetValue(root + name, out var found)) names.Add($"{name}: is gone");
            else if (must.Size >= 0 && found.Size != must.Size) sizes.Add(string.Create(CultureInfo.InvariantCulture, $"{name}: {found.Size} bytes, and it had {must.Size}"));
            // A list that tells no sizes shows that one is the same only by the content.
            else if (found.Content != must.Content) (must.Size < 0 ? sizes : content).Add($"{name}: {(must.Content.StartsWith("link:", StringComparison.Ordinal) ? "leads elsewhere" : "other content")}");
            else compared++;
        }

        names.AddRange(restored.Keys.Where(name => (!only || name.StartsWith(root, StringComparison.Ordinal)) && !(name.StartsWith(root, StringComparison.Ordinal) && (Files.ContainsKey(name[root.Length..]) || name[root.Length..] == ListedBy))).Select(name => $"{name}: was not there"));
        return new(names, sizes, content, compared);
    }
}

/// <summary>What restored files lack, by the rung that shows it.</summary>
/// <param name="Equal">How many are as they must be.</param>
sealed record FilesCompared(List<string> Names, List<string> Sizes, List<string> Content, int Equal);
