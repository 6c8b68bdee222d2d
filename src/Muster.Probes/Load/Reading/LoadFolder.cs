using Muster.Readiness;

namespace Muster.Probes.Load;

/// <summary>The folder that a plan's files are in: data, bodies, trusted roots.</summary>
/// <param name="mayLeave">Whether paths may lead out of it.</param>
public sealed class LoadFolder(string path, bool mayLeave = false)
{
    /// <summary>The file's bytes, or why there are none, in words.</summary>
    /// <param name="anywhere">Trusted roots are this machine's as often as the plan's, and nothing of them is sent.</param>
    internal (byte[]? Bytes, string Why) Read(string name, int most, bool anywhere = false)
    {
        try
        {
            using var from = new FileStream(Full(name, anywhere), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            if (from.CanSeek && from.Length > most) return (null, TooLarge(name, most));
            using var held = new MemoryStream();
            var buffer = new byte[64 * 1024];
            for (int got; (got = from.Read(buffer)) > 0;)
            {
                held.Write(buffer, 0, got);
                if (held.Length > most) return (null, TooLarge(name, most));
            }

            return (held.ToArray(), "");
        }
        catch (Unseen refused) { return (null, $"\"{name}\" cannot be read: {refused.Message}."); }
        catch (UnauthorizedAccessException) { return (null, Directory.Exists(Path.Combine(path, name)) ? $"\"{name}\" is a folder." : $"\"{name}\" may not be read by this user."); }
        catch (Exception absent) when (absent is FileNotFoundException or DirectoryNotFoundException) { return (null, $"There is no file \"{name}\"."); }
        catch (Exception barred) when (barred is IOException or ArgumentException or NotSupportedException) { return (null, $"\"{name}\" cannot be read: {barred.GetType().Name}."); }
    }

    internal string Full(string name, bool anywhere = false) => FolderWall.Within(path, name, mayLeave || anywhere);

    static string TooLarge(string name, int most) => $"\"{name}\" is larger than {Quantity.Show(most, Shape.Size)}.";
}
