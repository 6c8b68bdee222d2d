using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Muster.Probes;

/// <summary>
/// Finds what a program left behind. A child whose parent has ended belongs to nobody's tree any more, but it still carries the mark in its environment. On Linux only.
/// </summary>
sealed class Leftovers(string? mark = null)
{
    public const string Variable = "MUSTER_LOOK";

    public string Mark { get; } = mark ?? Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));

    /// <summary>Ends them, and says how many there were.</summary>
    public int End()
    {
        if (!OperatingSystem.IsLinux()) return 0;
        var found = 0;
        var mark = Encoding.ASCII.GetBytes($"{Variable}={Mark}");
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
            if (int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var id) && Carries(folder, mark))
            {
                found++;
                End(id);
            }

        return found;
    }

    static bool Carries(string folder, byte[] mark)
    {
        try { return File.ReadAllBytes(Path.Combine(folder, "environ")).AsSpan().IndexOf(mark) >= 0; }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException) { return false; } // Ended meanwhile, or somebody else's.
    }

    static void End(int id)
    {
        try
        {
            using var process = Process.GetProcessById(id);
            process.Kill(entireProcessTree: true);
        }
        catch (Exception gone) when (gone is ArgumentException or InvalidOperationException or Win32Exception or AggregateException) { return; } // Ended by itself, or may not be ended by us.
    }
}
