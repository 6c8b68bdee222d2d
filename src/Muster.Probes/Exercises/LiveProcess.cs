using System.Globalization;
using System.Runtime.InteropServices;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>What kill(2) may be asked for; the numbers are those of Linux.</summary>
enum Signal { Hangup = 1, Interrupt = 2, Quit = 3, Kill = 9, User1 = 10, User2 = 12, Terminate = 15, Continue = 18, Stop = 19 }

/// <summary>
/// A process of this machine: its id, and when it began in ticks after the machine's start (proc(5), field 22 of <c>stat</c>).
/// An id alone is given to another process when its own has ended, and a signal would reach a stranger.
/// </summary>
sealed partial record LiveProcess(int Id, long Began)
{
    /// <summary>The process of that id as it lives now; null where there is none. On Linux only.</summary>
    public static LiveProcess? Of(int id)
    {
        try
        {
            var stat = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{id}/stat"));
            // The name stands in parentheses and may hold blanks and parentheses itself.
            var fields = stat[(stat.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            return fields[0] is "Z" or "X" ? null : new(id, long.Parse(fields[19], NumberStyles.None, CultureInfo.InvariantCulture));
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException or IndexOutOfRangeException) { return null; } // It ended.
    }

    /// <summary>The living process whose id stands in the file, on its first line as daemons write it.</summary>
    /// <exception cref="Unseen">There is no file, no number in it, or no such process.</exception>
    public static LiveProcess OfFile(string path)
    {
        string text;
        try { text = File.ReadLines(path).FirstOrDefault() ?? ""; }
        catch (Exception absent) when (absent is IOException or UnauthorizedAccessException) { throw new Unseen(Blind.Unreadable, $"{path} cannot be read: {absent.Message}", absent); }
        return int.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var id) && id > 1
            ? Of(id) ?? throw new Unseen(Blind.Unreachable, $"{path} names the process {id}, which does not live")
            : throw new Unseen(Blind.Unreadable, $"{path} does not begin with the id of a process");
    }

    public bool Lives => Of(Id) == this;

    /// <summary>Sends the signal if it is still this process; says whether it was sent.</summary>
    public bool Send(Signal signal) => Lives && Kill(Id, (int)signal) == 0;

    /// <summary>Waits until it has ended, and says whether it did in that time.</summary>
    public async Task<bool> Ended(TimeSpan within, TimeProvider clock, CancellationToken cancel)
    {
        for (var began = clock.GetTimestamp(); Lives;)
        {
            if (clock.GetElapsedTime(began) >= within) return false;
            await Task.Delay(TimeSpan.FromMilliseconds(5), clock, cancel);
        }

        return true;
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int id, int signal);
}
