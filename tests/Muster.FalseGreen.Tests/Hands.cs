using Muster.Readiness;

namespace Muster.FalseGreen.Tests;

/// <summary>Hands on the files behind Muster's back.</summary>
sealed class Hands(Scene scene)
{
    public void Do(string hand, Tree deed)
    {
        scene.Close();
        var path = deed.Text("file") is { } file ? Path.Combine(scene.Folder, file) : "";
        switch (hand)
        {
            case "keep": Copy(Path.Combine(scene.Folder, ".muster"), Path.Combine(scene.Folder, "kept")); break;
            case "copy": File.Copy(path, Path.Combine(scene.Folder, deed.Need("to")), overwrite: true); break;
            case "put back": File.Copy(Path.Combine(scene.Folder, "kept", Path.GetRelativePath(".muster", deed.Need("file"))), path, overwrite: true); break;
            case "flip": Flip(path, deed.Need("at_text")); break;
            case "write": File.WriteAllBytes(path, Bytes(deed)); break;
            case "cut": using (var open = File.OpenWrite(path)) open.SetLength(open.Length / 2); break;
            case "remove" when Directory.Exists(path): Directory.Delete(path, recursive: true); break;
            case "remove": File.Delete(path); break;
            case "link": Link(path, deed.Need("to")); break;
            default: throw new InvalidDataException($"no hand does \"{hand}\"");
        }
    }

    static byte[] Bytes(Tree deed) => deed.Text("base64") is { } bytes ? Convert.FromBase64String(bytes) : System.Text.Encoding.UTF8.GetBytes(deed.Need("text"));

    /// <summary>A link to a file beside the folder, which is made with the text that it should have had within.</summary>
    void Link(string path, string to) => File.CreateSymbolicLink(path, Path.Combine(scene.Folder, to));

    /// <summary>One bit of the first byte behind the last place where the text stands.</summary>
    static void Flip(string path, string text)
    {
        var bytes = File.ReadAllBytes(path);
        var at = bytes.AsSpan().LastIndexOf(System.Text.Encoding.UTF8.GetBytes(text));
        if (at < 0) throw new InvalidDataException($"\"{text}\" does not stand in {Path.GetFileName(path)}");
        bytes[at + text.Length] ^= 1;
        File.WriteAllBytes(path, bytes);
    }

    static void Copy(string from, string to)
    {
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target, overwrite: true);
        }
    }
}
