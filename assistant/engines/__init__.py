"""
Engines draft answers and configurations from passages; what they draft is believed only when `ground` has proved it.
"""
