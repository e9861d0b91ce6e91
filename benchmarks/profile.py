"""Print where the time of a recipe's training step goes; `python benchmarks/profile.py --help` says more."""

if __name__ == "__main__":
    from profiling.command import main

    main()
else:  # a library asks for the standard library's module of this name, and Python finds this file before it
    import os

    with open(os.path.join(os.path.dirname(os.__file__), "profile.py"), encoding="utf-8") as standard:
        exec(compile(standard.read(), standard.name, "exec"), globals())
