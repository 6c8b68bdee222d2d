using System.Collections.Immutable;

namespace Muster.Readiness;

/// <summary>The scale of a gate's verdict, worst first. Numbers are written to disk by name.</summary>
public enum Verdict { NoGo, Undecided, Held, ConditionalGo, Go }

/// <summary>The state of a check or control, worst first: failed, then unproven and unmeasured, then met.</summary>
public enum State { Failed, Unproven, Unmeasured, Met }

/// <summary>Why a check is unproven. Names are in reports and statements: the list may only grow.</summary>
public enum Why
{
    NeverRun, Stale, Blind, NotSeen, TooFew, TargetChanged, OtherRelease, OtherQuestion, OriginNotAccepted, Undated, ClockAhead, NoReference, NotObservable, Unreviewed, Waiting,
    SentenceChanged,
}
