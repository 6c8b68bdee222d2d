using System.Collections.Immutable;
using Muster.Readiness;

namespace Muster.FalseGreen.Tests;

/// <summary>
/// One folder of <c>tests/FalseGreen</c>: a document with evidence or a fake peer that would fool a naive gate, what must be said of it, and the smallest honest change.
/// </summary>
sealed record Trap
{
    /// <summary>The folder's name.</summary>
    public required string Name { get; init; }
    public required string Title { get; init; }
    public required string Family { get; init; }

    /// <summary><c>line 3</c> of docs/verdict.md, <c>law 4</c> of the house, or <c>kind http</c>: the rule of that kind.</summary>
    public required ImmutableArray<string> Attacks { get; init; }

    /// <summary>What fools people, in a sentence.</summary>
    public required string Fools { get; init; }

    /// <summary>What Muster says of it, in a sentence.</summary>
    public required string Says { get; init; }

    /// <summary>T.</summary>
    public required DateTimeOffset At { get; init; }
    public required string Gate { get; init; }

    /// <summary>A command line whose exit code is what opens or does not; null for the gate itself.</summary>
    public ImmutableArray<string>? Command { get; init; }

    /// <summary>Whether checks of kind command may run, as with <c>--allow-commands</c>.</summary>
    public bool MayRunCommands { get; init; }
    public required Expected Expect { get; init; }
    public required Twin Twin { get; init; }

    /// <summary>Every other file of the folder, by name.</summary>
    public required ImmutableSortedDictionary<string, string> Files { get; init; }

    public override string ToString() => Name;

    /// <summary>The same folder with the honest change made.</summary>
    public Trap Honest() => this with { Files = Twin.Change(Files), At = Twin.At ?? At };
}

/// <summary>The trap's own reason. What is null is not asked.</summary>
sealed record Expected
{
    /// <summary>Null where there is no verdict, and <see cref="Exit"/> says so.</summary>
    public Verdict? Verdict { get; init; }
    public int? Exit { get; init; }
    public int? Line { get; init; }

    /// <summary>What the deciding reason speaks of: a control, a role, a person, a gate.</summary>
    public string? Of { get; init; }
    public State? State { get; init; }
    public Why? Why { get; init; }

    /// <summary>A part of the because-sentence.</summary>
    public required string Because { get; init; }

    /// <summary>A part of why a sign-off, a waiver or a run did not count.</summary>
    public string? SignOff { get; init; }
    public string? Waiver { get; init; }
    public string? NotCounted { get; init; }

    /// <summary>True where several reasons of lines 1–8 stand beside each other by nature.</summary>
    public bool AmongOthers { get; init; }
}

/// <summary>The smallest change with which the very same gate opens.</summary>
sealed record Twin
{
    /// <summary>The change in words.</summary>
    public required string Is { get; init; }

    /// <summary>By file: what is replaced by what, or the whole file anew.</summary>
    public required ImmutableArray<(string File, string From, string To)> Replaces { get; init; }
    public required ImmutableArray<(string File, string Text)> Files { get; init; }
    public DateTimeOffset? At { get; init; }

    /// <summary>True where what opens is not the verdict but the glass that two people break.</summary>
    public bool ByBreakGlass { get; init; }

    public ImmutableSortedDictionary<string, string> Change(ImmutableSortedDictionary<string, string> files)
    {
        foreach (var (file, text) in Files) files = files.SetItem(file, text);
        foreach (var (file, from, to) in Replaces)
        {
            var before = files.GetValueOrDefault(file) ?? throw new InvalidDataException($"the twin changes {file}, which is not there");
            if (before.Split(from).Length != 2) throw new InvalidDataException($"the twin changes \"{from}\", which stands {before.Split(from).Length - 1} times in {file}");
            files = files.SetItem(file, before.Replace(from, to, StringComparison.Ordinal));
        }

        return files;
    }
}
