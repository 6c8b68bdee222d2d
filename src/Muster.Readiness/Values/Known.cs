namespace Muster.Readiness;

/// <summary>
/// Something worked out once for one record. A record's <c>with</c> copies its fields, this one included: the copy must not inherit
/// what was worked out for the original, so what is known says whom it is known of. It never makes two records unequal.
/// </summary>
sealed class Known<T>
{
    Found? _found;

    public T Of(object owner, Func<T> find)
    {
        if (_found is { } found && ReferenceEquals(found.Owner, owner)) return found.Value;
        var value = find();
        _found = new(owner, value);
        return value;
    }

    public override bool Equals(object? other) => other is Known<T>;

    public override int GetHashCode() => 0;

    sealed class Found(object owner, T value)
    {
        public readonly object Owner = owner;
        public readonly T Value = value;
    }
}
