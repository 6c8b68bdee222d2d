using System.Globalization;

namespace Muster.VectorStore;

/// <summary>How one process of the store runs; the mutable ones can be changed while it does.</summary>
sealed class Settings
{
    public int Port { get; private set; }
    public string Data { get; private set; } = "data";
    public string? PidFile { get; private set; }
    public string Release { get; private set; } = "1.4.0";

    /// <summary>1: a write is on the device before it is acknowledged. 0: it is acknowledged from memory, and written every <see cref="Flush"/>.</summary>
    public volatile bool SyncOnWrite = true;
    public TimeSpan Flush { get; private set; } = TimeSpan.FromMilliseconds(300);
    public TimeSpan Checkpoint { get; private set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long recovery takes at least; stands for a long log.</summary>
    public TimeSpan Recovery { get; private set; } = TimeSpan.Zero;

    /// <summary>How long a search takes for each point that it may give; stands for a large collection.</summary>
    public TimeSpan SearchCost { get; private set; } = TimeSpan.Zero;
    public TimeSpan Timeout { get; private set; } = TimeSpan.FromSeconds(1);
    public long MemoryBudget { get; private set; } = 64 * 1024 * 1024;
    public int Concurrency { get; private set; } = 64;
    public int MostBody { get; private set; } = 1024 * 1024;
    public volatile int QueryLimit = 1000;
    public int Batch { get; private set; } = 1000;
    public volatile bool ReadOnly;

    /// <summary>A metric that it does not export.</summary>
    public string Hidden { get; private set; } = "";

    /// <summary>What it does wrong on purpose, for whoever must notice it.</summary>
    public string Flaw { get; private set; } = "";

    /// <summary>Releases before 1.4 know the first format of the files only.</summary>
    public int Format => string.CompareOrdinal(Release, "1.4") < 0 ? 1 : 2;

    public static Settings Read(string[] words)
    {
        var settings = new Settings();
        for (var i = 0; i + 1 < words.Length; i += 2) settings.Take(words[i], words[i + 1]);
        return settings;
    }

    void Take(string name, string text)
    {
        switch (name)
        {
            case "--port": Port = Number(text); break;
            case "--data": Data = text; break;
            case "--pid": PidFile = text; break;
            case "--release": Release = text; break;
            case "--sync": SyncOnWrite = text == "1"; break;
            case "--flush": Flush = Time(text); break;
            case "--checkpoint": Checkpoint = Time(text); break;
            case "--recovery": Recovery = Time(text); break;
            case "--search-cost": SearchCost = TimeSpan.FromMicroseconds(Number(text)); break;
            case "--timeout": Timeout = Time(text); break;
            case "--memory": MemoryBudget = Number(text); break;
            case "--concurrency": Concurrency = Number(text); break;
            case "--body": MostBody = Number(text); break;
            case "--query-limit": QueryLimit = Number(text); break;
            case "--batch": Batch = Number(text); break;
            case "--hide": Hidden = text; break;
            case "--flaw": Flaw = text; break;
            default: throw new ArgumentException($"there is no option {name}");
        }
    }

    static int Number(string text) => int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);

    /// <summary>In milliseconds.</summary>
    static TimeSpan Time(string text) => TimeSpan.FromMilliseconds(Number(text));
}
