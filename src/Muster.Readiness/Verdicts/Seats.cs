using System.Collections.Immutable;

namespace Muster.Readiness;

/// <summary>People to seats, each person on one at most and as many seats as can be: a maximum matching, so that a gate opens whenever an assignment exists.</summary>
static class Seats
{
    /// <summary>Each seated person's role. Deterministic: people by name, roles in the gate's order.</summary>
    public static Dictionary<string, string> Fill(ImmutableArray<RoleCount> needed, ImmutableArray<(string Person, string Role)> willing)
    {
        // No more seats of a role than people who could take them, so that a document cannot ask for a billion.
        var seats = needed.SelectMany(role => Enumerable.Repeat(role.Role, Math.Clamp(role.Count, 0, willing.Count(one => one.Role == role.Role)))).ToArray();
        var by = new string?[seats.Length];
        foreach (var person in willing.Select(one => one.Person).Distinct().Order(StringComparer.Ordinal)) Seat(person, new bool[seats.Length]);

        var filled = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var i = 0; i < seats.Length; i++)
            if (by[i] is { } person) filled[person] = seats[i];
        return filled;

        bool Seat(string person, bool[] tried)
        {
            for (var i = 0; i < seats.Length; i++)
            {
                if (tried[i] || !willing.Contains((person, seats[i]))) continue;
                tried[i] = true;
                if (by[i] is { } sitting && !Seat(sitting, tried)) continue;
                by[i] = person;
                return true;
            }

            return false;
        }
    }
}
