using System.Collections.Immutable;
using System.Text;
using Muster.Probes;
using Muster.Readiness;

namespace Muster.Cli.Checklists;

/// <summary>A document's files as they would be: what is on the desk lies over what is in the folder, until it is written.</summary>
sealed class DocumentDesk(string folder, string main)
{
    readonly DocumentFolder _below = new(folder);
    readonly Dictionary<string, byte[]> _files = new(StringComparer.Ordinal);
    readonly HashSet<string> _expected = new(StringComparer.Ordinal);

    public string Folder => folder;
    public string Main => main;

    /// <summary>Files that differ from the folder's, in the order of their names.</summary>
    public IEnumerable<(string Path, byte[] Bytes)> Changed => _files.Where(file => _below.Fetch(file.Key) is not Fetched.File { Bytes: var bytes } || !bytes.Span.SequenceEqual(file.Value))
        .Select(file => (file.Key, file.Value)).OrderBy(file => file.Key, StringComparer.Ordinal);

    /// <summary>The text of a file, or null if there is none yet.</summary>
    public string? this[string path]
    {
        get => (_files.ContainsKey(path) || !_expected.Contains(path)) && Fetch(path) is Fetched.File { Bytes: var bytes } ? Encoding.UTF8.GetString(bytes.Span) : null;
        set => Put(path, Encoding.UTF8.GetBytes(value!));
    }

    public void Put(string path, byte[] bytes) => _files[path] = bytes;

    /// <summary>A file that will come is not missed before it is there.</summary>
    public void Expect(string path)
    {
        if (_below.Fetch(path) is Fetched.Missing) _expected.Add(path);
    }

    public void Forget(string path) => _files.Remove(path);

    public Fetched Fetch(string path)
    {
        if (_files.TryGetValue(path, out var bytes)) return new Fetched.File(bytes);
        if (_expected.Contains(path)) return new Fetched.File("controls: {}"u8.ToArray());
        var below = _below.Fetch(path);
        var coming = _files.Keys.Concat(_expected).Where(file => Path.GetDirectoryName(file) == path).Select(file => Path.GetFileName(file)).ToImmutableArray();
        return coming.IsEmpty ? below : below switch
        {
            Fetched.Folder there => new Fetched.Folder([.. there.Names.Union(coming)]),
            Fetched.Missing => new Fetched.Folder(coming),
            _ => below,
        };
    }

    public Reading Read() => DocumentReader.Read(main, Fetch, ProbeKinds.Catalogue, Workspace.Zone, Packs.Fetch, Sentences.Of);
}
