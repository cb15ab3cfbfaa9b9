def greet(name):
    return f"hello, {name}"


print("try greet('you')")
