namespace Muster.Probes.Load;

/// <summary>Alarms by their time: the next is at hand, and any can be moved or taken out from where it stands. Four children each, which is half as deep as two.</summary>
sealed class AlarmHeap
{
    Alarm[] _alarms = new Alarm[16];

    public int Count { get; private set; }

    /// <summary>When the next rings; the end of time if there is none.</summary>
    public long Next => Count == 0 ? long.MaxValue : _alarms[0].When;

    public void Set(Alarm alarm, long when)
    {
        if (alarm.At < 0)
        {
            if (Count == _alarms.Length) Array.Resize(ref _alarms, Count * 2);
            alarm.When = when;
            Up(alarm, Count++);
        }
        else
        {
            var earlier = when < alarm.When;
            alarm.When = when;
            if (earlier) Up(alarm, alarm.At);
            else Down(alarm, alarm.At);
        }
    }

    public void Remove(Alarm alarm)
    {
        if (alarm.At < 0) return;
        var at = alarm.At;
        alarm.At = -1;
        var last = _alarms[--Count];
        _alarms[Count] = null!;
        if (last == alarm) return;
        if (at > 0 && last.When < _alarms[(at - 1) >> 2].When) Up(last, at);
        else Down(last, at);
    }

    /// <summary>The next one, which is no longer set.</summary>
    public Alarm Take()
    {
        var next = _alarms[0];
        Remove(next);
        return next;
    }

    void Up(Alarm alarm, int at)
    {
        while (at > 0)
        {
            var above = (at - 1) >> 2;
            var other = _alarms[above];
            if (other.When <= alarm.When) break;
            _alarms[at] = other;
            other.At = at;
            at = above;
        }

        _alarms[at] = alarm;
        alarm.At = at;
    }

    void Down(Alarm alarm, int at)
    {
        while (true)
        {
            var first = (at << 2) + 1;
            if (first >= Count) break;
            var least = _alarms[first];
            for (var i = first + 1; i < Math.Min(first + 4, Count); i++)
                if (_alarms[i].When < least.When) least = _alarms[i];
            if (least.When >= alarm.When) break;
            var below = least.At;
            _alarms[at] = least;
            least.At = at;
            at = below;
        }

        _alarms[at] = alarm;
        alarm.At = at;
    }
}
